using ForkTrace.Analytics;
using ForkTrace.Analytics.Writer;

// Writer PATH CELL: adds a run, prints "waiting" before the time series of that cell, and waits to be killed.
// Writer PATH -1:   prints "waiting" and adds runs until it is killed.
int stopAt = int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture);
using ResultsDatabase database = ResultsDatabase.Open(args[0]);
if (stopAt < 0)
    Say();
while (true)
    database.AddRun(Runs.Description, Runs.Facts, Runs.Results(Stop));

void Stop(int cell)
{
    if (cell != stopAt)
        return;
    Say();
    Thread.Sleep(Timeout.Infinite);
}

static void Say()
{
    Console.Out.WriteLine("waiting");
    Console.Out.Flush();
}
