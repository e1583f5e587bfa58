"""Model families; each turns a panel into drawn paths (`forecast.models.base.Model`)."""
