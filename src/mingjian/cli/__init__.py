"""命令行：every verb with Chinese help and an example. Nobody imports this room."""
