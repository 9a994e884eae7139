"""The chat services of Apprise that letters may go to, and their plugins.

Apprise knows some 150 services, among them programs to start and files to write. Here only the
modules of the allowed ones are ever imported, so that no address can reach another.
"""

import logging
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from queries.errors import UserError

# Scheme → module and class of Apprise. `workflows` is Microsoft Teams, `lark` Feishu elsewhere.
PLUGINS: Mapping[str, tuple[str, str]] = {
    "slack": ("slack", "NotifySlack"),
    "workflows": ("workflows", "NotifyWorkflows"),
    "workflow": ("workflows", "NotifyWorkflows"),
    "dingtalk": ("dingtalk", "NotifyDingTalk"),
    "wecombot": ("wecombot", "NotifyWeComBot"),
    "feishu": ("feishu", "NotifyFeishu"),
    "lark": ("lark", "NotifyLark"),
    "discord": ("discord", "NotifyDiscord"),
    "tgram": ("telegram", "NotifyTelegram"),
    "mmost": ("mattermost", "NotifyMattermost"),
    "mmosts": ("mattermost", "NotifyMattermost"),
    "rocket": ("rocketchat", "NotifyRocketChat"),
    "rockets": ("rocketchat", "NotifyRocketChat"),
    "json": ("custom_json", "NotifyJSON"),
    "jsons": ("custom_json", "NotifyJSON"),
    "form": ("custom_form", "NotifyForm"),
    "forms": ("custom_form", "NotifyForm"),
}


def plugin_of(address: str) -> Any:
    """The plugin behind an Apprise address. Raises UserError for a service that is not allowed and
    for an address that its service cannot read; neither tells the address."""
    scheme = address.partition("://")[0].strip().lower()
    if "://" not in address or scheme not in PLUGINS:
        raise UserError(
            "The address of a chat is of no service that is allowed.",
            "an address that begins with one of " + ", ".join(f"{name}://" for name in PLUGINS),
            "write it as docs/alerts.md shows",
        )
    from apprise import AppriseAsset

    # What went wrong is told here, and nothing of an address should be in a log.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    module_name, class_name = PLUGINS[scheme]
    kind = getattr(import_module(f"apprise.plugins.{module_name}"), class_name)
    # A redirect would lead to where nobody has allowed a letter to go.
    asset = AppriseAsset(app_id="Arrears", app_desc="Arrears", http_redirects=False)
    try:
        parsed = kind.parse_url(address)
        plugin = kind(**{**parsed, "asset": asset}) if parsed else None
    except TypeError:
        # A part of the address is missing; what Apprise refuses with is a TypeError too.
        plugin = None
    if plugin is None:
        raise UserError(
            f"The {scheme} address of a chat cannot be read.",
            f"{scheme}:// as the service writes it for Apprise",
            "write it as docs/alerts.md shows",
        )
    return plugin
