"""The pictures of docs/inspector-guide.md, made by running its commands (`make guide`), and what holds the guide to the program."""
