// The data of a gallery: an index to filter by, and posts in chunks. Each file is a script that calls a function
// of `gallery`, because a page opened from disk may not fetch files. `gallery.js` and `post.js` show the data.
"use strict";

const gallery = {
  chunks: new Map(), // chunk number -> promise of its posts
  waiting: new Map(), // chunk number -> function that resolves that promise
  onIndex: null,

  index(index) {
    gallery.onIndex(index);
  },

  posts(number, posts) {
    gallery.waiting.get(number)(posts);
  },

  // Returns a promise of the posts of a chunk; its script is loaded once.
  chunk(number) {
    if (!gallery.chunks.has(number)) {
      gallery.chunks.set(number, new Promise((resolve, reject) => {
        gallery.waiting.set(number, resolve);
        const script = document.createElement("script");
        script.src = `data/posts-${String(number).padStart(4, "0")}.js`;
        script.onerror = () => {
          gallery.chunks.delete(number);
          reject(new Error(`${script.getAttribute("src")} cannot be read`));
        };
        document.head.append(script);
      }));
    }
    return gallery.chunks.get(number);
  },
};
