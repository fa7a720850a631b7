using ForkTrace.Cli;
using ForkTrace.Cli.Plugins;
using ForkTrace.Cli.Shared;

ExitCode code = ForkTraceTool.Run(args);
PolicyChild.End(code);
return (int)code;
