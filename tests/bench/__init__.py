"""`make bench`: how fast the crawl is, as a ratio against plain Scrapy in the same run."""
