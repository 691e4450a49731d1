"""The demo company as its Mailchimp sees it."""
