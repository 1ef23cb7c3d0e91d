"""GP's SOAP service: the only place that knows zeep, and each resource in its terms."""
