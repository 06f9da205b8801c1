"""Write a folder of HTML pages that show the posts of a release offline."""
