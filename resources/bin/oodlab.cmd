@echo off
rem The oodlab command of an installed Oodlab: the application's own program, without a window.
set "OODLAB_COMMAND=%~f0"
"%~dp0..\..\oodlab.exe" --disable-gpu --log-level=3 --windowless -- %*
