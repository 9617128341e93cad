import { z } from 'zod';

const oneClick = z.object({ 'List-Unsubscribe': z.literal('One-Click') });

/** RFC 8058: what a mailbox provider posts when its user presses "unsubscribe". Our own forms never say so. */
export const isOneClick = (body: unknown): boolean => oneClick.safeParse(body).success;
