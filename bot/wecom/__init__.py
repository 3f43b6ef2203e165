"""WeCom: the self-built app, the intelligent bot and the group webhook."""
