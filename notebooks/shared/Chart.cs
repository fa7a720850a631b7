using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

/// <summary>
/// A chart of a table's columns, as a Vega-Lite specification. <c>ChartDrawing</c> draws it for pages without Vega-Lite,
/// <c>ChartText</c> for a terminal.
/// </summary>
/// <param name="data">The rows, in the order in which they are to be shown.</param>
/// <param name="title">What the chart says.</param>
public sealed class Chart(ResultTable data, string title)
{
    private const string Schema = "https://vega.github.io/schema/vega-lite/v5.json";

    public ResultTable Data { get; } = data;

    public string Title { get; } = title;

    /// <summary>The column along the axis: names of bars, or numbers below a line.</summary>
    public required string Along { get; init; }

    /// <summary>The column of numbers that is shown.</summary>
    public required string Value { get; init; }

    /// <summary>The column that tells parts of a bar, or lines, apart; null for none.</summary>
    public string? Series { get; init; }

    /// <summary>Lines; else bars, lying, their parts side by side.</summary>
    public bool IsLine { get; init; }

    /// <summary>Names of the series in order of first row; one empty name if there is no such column.</summary>
    public IReadOnlyList<string> SeriesNames => Series is null ? [""] : [.. Texts(Series).Distinct()];

    /// <summary>Names of the bars in order of first row.</summary>
    public IReadOnlyList<string> BarNames => [.. Texts(Along).Distinct()];

    /// <summary>The points of a series, in the table's order.</summary>
    public IReadOnlyList<(double Along, double Value)> Points(string series) =>
        [.. RowsOf(series).Select(row => (Number(row[Data.IndexOf(Along)]), Number(row[Data.IndexOf(Value)])))];

    /// <summary>What a bar has of a series; 0 if there is no such row.</summary>
    public double Part(string bar, string series) => RowsOf(series)
        .Where(row => ResultTable.Shown(row[Data.IndexOf(Along)]) == bar)
        .Sum(row => Number(row[Data.IndexOf(Value)]));

    /// <summary>The Vega-Lite specification, with its data.</summary>
    public string ToVegaLite()
    {
        JsonObject along = new() { ["field"] = Along, ["type"] = IsLine ? "quantitative" : "nominal", ["title"] = Along };
        if (!IsLine)
            along["sort"] = null;
        JsonObject value = new() { ["field"] = Value, ["type"] = "quantitative", ["title"] = Value };
        JsonObject encoding = IsLine ? new() { ["x"] = along, ["y"] = value } : new() { ["y"] = along, ["x"] = value };
        if (Series is not null)
            encoding["color"] = new JsonObject { ["field"] = Series, ["type"] = "nominal", ["sort"] = null, ["title"] = Series };
        JsonObject mark = new() { ["type"] = IsLine ? "line" : "bar", ["tooltip"] = true };
        if (IsLine)
            mark["point"] = true;
        return new JsonObject
        {
            ["$schema"] = Schema,
            ["title"] = Title,
            ["width"] = 480,
            ["data"] = new JsonObject { ["values"] = new JsonArray([.. Data.Rows.Select(Record)]) },
            ["mark"] = mark,
            ["encoding"] = encoding,
        }.ToJsonString();
    }

    private IEnumerable<object?[]> RowsOf(string series) =>
        Series is null ? Data.Rows : Data.Rows.Where(row => ResultTable.Shown(row[Data.IndexOf(Series)]) == series);

    private IEnumerable<string> Texts(string column) => Data.Rows.Select(row => ResultTable.Shown(row[Data.IndexOf(column)]));

    private JsonObject Record(object?[] row)
    {
        JsonObject record = [];
        foreach (string column in new[] { Along, Value, Series }.OfType<string>())
        {
            object? cell = row[Data.IndexOf(column)];
            bool isText = column == Series || (column == Along && !IsLine);
            record[column] = isText ? ResultTable.Shown(cell) : cell is null ? null : JsonValue.Create(Number(cell));
        }

        return record;
    }

    private static double Number(object? value) => value switch
    {
        null => 0,
        System.Numerics.BigInteger whole => (double)whole,
        _ => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture),
    };
}
