"""The steps that bring a desk of any age to the newest schema; one file in `versions` each."""
