"""The commands of `arrears`, one file each: they read options, call a function, print what came."""
