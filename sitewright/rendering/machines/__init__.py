"""What search engines and assistants read: structured data, sitemap and robots, `llms.txt`."""
