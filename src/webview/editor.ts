declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

/**
 * Connects a page to the editor; possible once in its life. The editor that sends is the one that the page comes with: what it says
 * may be taken as it is.
 * @param listener is told what the editor sends
 * @returns sends a message to the editor
 */
export function connectTo(listener: (message: unknown) => void): (message: unknown) => void {
  const api = acquireVsCodeApi();
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    listener(data);
  });
  return (message) => {
    api.postMessage(message);
  };
}
