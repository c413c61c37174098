/** Names of the three channels between preload and main. Nothing else is listened to. */
export const REQUEST_CHANNEL = 'oodlab:request';
export const EVENT_CHANNEL = 'oodlab:event';
/** Carries the path of a dropped file, which preload reads from the file itself; answered with a grant. */
export const DROP_CHANNEL = 'oodlab:drop';
