/** Share of the fit images that sets the threshold when a plan has no calibrate set. The engine draws them; the window counts them. */
export const HELD_OUT_SHARE = 0.2;
