/**
 * Imported for its effect, before ONNX Runtime is: its library would keep a database of events in the user's cache folder and
 * send them to its maker, and reads this variable once, when a process opens its first session. A thread that sets it
 * sets a copy, so a module that starts threads with ONNX Runtime in them imports this too.
 */
process.env["ORT_DISABLE_TELEMETRY"] = "1";
