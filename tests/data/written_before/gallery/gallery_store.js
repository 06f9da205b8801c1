// The data of a gallery: an index to filter by, and posts in chunks, each a script that calls back.
// A page from disk may not fetch, so scripts are how data come in. What this does not do: show anything.
"use strict";

const gallery = {
  chunks: new Map(), // number to a promise of its posts
  waiting: new Map(), // number to what resolves that promise
  onIndex: null,

  index(index) {
    gallery.onIndex(index);
  },

  posts(number, posts) {
    gallery.waiting.get(number)(posts);
  },

  // The posts of a chunk, which is read once.
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
