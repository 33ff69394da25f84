"""Publishing: releases on disk, the targets they go to, and the built-in server that shows them."""
