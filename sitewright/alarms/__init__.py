"""The outlet of alarms: a signed webhook and e-mail by SMTP; nothing here knows where alarms come from."""

from sitewright.alarms.outlet import Delivery, configured_channels, secret_missing, tell, tell_trial

__all__ = ["Delivery", "configured_channels", "secret_missing", "tell", "tell_trial"]
