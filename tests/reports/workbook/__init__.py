"""XLSX: typed cells, links, texts that stay texts."""
