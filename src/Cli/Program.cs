using ForkTrace.Cli;

return (int)ForkTraceTool.Run(args);
