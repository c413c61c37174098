#!/bin/sh
# The command of the path is the windowless one; the desktop entry starts the program itself.
ln -sf /opt/Oodlab/resources/bin/oodlab /usr/bin/oodlab
chmod 4755 /opt/Oodlab/chrome-sandbox
update-mime-database /usr/share/mime > /dev/null 2>&1 || true
update-desktop-database /usr/share/applications > /dev/null 2>&1 || true
