"""Feishu (飞书): what comes in by webhook or long connection, what goes out over its open API, and its cards."""
