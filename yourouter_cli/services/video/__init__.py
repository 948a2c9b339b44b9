"""Video tasks: ordered, remembered, waited for and downloaded, so that paid work is never lost."""
