"""Why somebody gets nothing of a report, as it is kept with a delivery and told by commands. Pages
tell the same in the language of their reader."""

UNSUBSCRIBED = "they have unsubscribed"
NO_ADDRESS = "they have no mail address here"
DISABLED = "their account is disabled"
NO_SCOPE = "they have no scope, so there are no figures that they may see"
NO_SERVER = "there is no mail server (smtp.host)"
NO_RECIPIENT = "they are no recipient of this report any more"
NOT_THESE = "they may not see these figures any more"
