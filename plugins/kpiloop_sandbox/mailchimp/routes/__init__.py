"""The endpoints, grouped as Mailchimp's own reference groups them."""
