"""Feishu and WeCom on loopback: what their servers do, as far as Danju can see them. The service cannot tell them from
the real ones except by base URL."""
