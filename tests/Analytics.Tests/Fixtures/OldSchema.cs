using System.Globalization;
using DuckDB.NET.Data;
using ForkTrace.Analytics.Storage;
using ForkTrace.TestKit;

namespace ForkTrace.Analytics.Tests.Fixtures;

/// <summary>
/// Databases in the form of schema versions up to 6, when numbered scripts also created the views. The old scripts for views are in the
/// folder schema, unchanged; the scripts for tables are still in use.
/// </summary>
internal static class OldSchema
{
    /// <summary>The last version in this form.</summary>
    public const int Last = 6;

    /// <summary>Creates a database of an old version with one result, and changes it with a statement, if given.</summary>
    public static void Make(string path, int version, string change = "")
    {
        using DuckDBConnection connection = new($"Data Source={path}");
        connection.Open();
        foreach (string script in Scripts().Take(version))
        {
            string name = Path.GetFileName(script);
            connection.Execute(File.ReadAllText(script));
            connection.Execute(
                "INSERT INTO schema_version (version, script) VALUES (?, ?)", int.Parse(name[..3], CultureInfo.InvariantCulture), name);
        }

        connection.Execute("""
            INSERT INTO traces (sha256, name, format, size_bytes, clock_unit, cpus, first_ns, last_ns, events_total, events_stored,
                events_lost, tasks)
            VALUES ('def', 'old.dat', 'trace.dat', 1, 'ns', 2, 0, 1, 1, 1, 0, 1);
            INSERT INTO trace_events VALUES ('def', 'newtask', TRUE, 8);
            INSERT INTO runs (id, trace_sha256, version, command, started_at, ended_at, cells)
            VALUES (1, 'def', '0.0.9', 'run old.dat', '2026-01-01', '2026-01-01', 1);
            INSERT INTO cells VALUES ('00000000000000d1', 'def', 'linux-4.9', 'capacity=2', MAP {'capacity': 2}, 'lwn-2016', 0);
            INSERT INTO results (run, cell, grade, events_lost, allocations, hits, misses, hit_rate)
            VALUES (1, '00000000000000d1', 'A', 0, 8, 5, 3, 0.625)
            """);
        if (change.Length > 0)
            connection.Execute(change);
    }

    private static IEnumerable<string> Scripts() =>
        new[] { "src/Analytics/Schema", "tests/Analytics.Tests/Fixtures/schema" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(RepositoryFiles.Root, folder), "*.sql"))
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .Take(Last);
}
