/**
 * RFC 8058: what a mailbox provider posts when its user presses "unsubscribe". Our own forms never say so. An objection
 * counts however its sender writes: in any case, with spaces or line ends around, more than once.
 */
export function isOneClick(body: unknown): boolean {
  return Object.entries(Object(body)).some(
    ([name, values]) =>
      plain(name) === 'list-unsubscribe' && [values].flat().some((value) => plain(value) === 'one-click'),
  );
}

const plain = (text: unknown): unknown => (typeof text === 'string' ? text.trim().toLowerCase() : null);
