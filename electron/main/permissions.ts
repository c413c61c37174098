/** Electron grants every permission unless told otherwise: here all are refused but writing text to the clipboard. */
import type { Session } from 'electron';

export function isPermitted(permission: string): boolean {
  return permission === 'clipboard-sanitized-write';
}

export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(isPermitted(permission)));
  session.setPermissionCheckHandler((_contents, permission) => isPermitted(permission));
  session.setDevicePermissionHandler(() => false);
}
