// The state, in one place. Whoever changes it calls `set`, and the page is rendered once per frame.

export function createStore(state, render) {
  let scheduled = false;
  let after = [];

  function draw() {
    scheduled = false;
    const tasks = after;
    after = [];
    try {
      render();
    } finally {
      for (const task of tasks) task();
    }
  }

  function set(changes = {}) {
    Object.assign(state, changes);
    if (scheduled) return;
    scheduled = true;
    // A hidden tab has no frames.
    if (document.hidden) setTimeout(draw, 100);
    else requestAnimationFrame(draw);
  }

  /// Calls `task` after the next rendering.
  function afterRender(task) {
    after.push(task);
  }

  return { state, set, afterRender };
}
