using System.Globalization;
using System.Text.Json.Nodes;

namespace ForkTrace.Analytics.Tests.Html;

/// <summary>Compares the tables of a page with the rows of a database.</summary>
internal static class PageNumbers
{
    /// <summary>
    /// The rows of the tables below an element: the exact values (empty if there is none), joined by bars.
    /// </summary>
    public static async Task<List<string>> Rows(this BrowserPage page, string selector)
    {
        await page.Ask($$"""
            new Promise((done) => {
              for (const one of document.querySelectorAll('{{selector}} details')) one.open = true;
              setTimeout(() => done(true), 200);
            })
            """);
        JsonNode rows = (await page.Ask($$"""
            [...document.querySelectorAll('{{selector}} tbody tr')].map((row) =>
              [...row.children].map((cell) => cell.dataset.value ?? '').join('|'))
            """))!;
        return [.. rows.AsArray().Select(row => (string)row!)];
    }

    /// <summary>A selector for the figure with a heading. The figure gets a unique number.</summary>
    public static async Task<string> Figure(this BrowserPage page, string title)
    {
        string name = $"figure-{title.Length}-{title[0]}";
        Assert.Equal(1, (int?)await page.Ask($$"""
            (() => {
              const found = [...document.querySelectorAll('figure')].filter((one) => one.querySelector('h4').textContent === '{{title}}');
              for (const one of found) one.id = '{{name}}';
              return found.length;
            })()
            """));
        return $"#{name}";
    }

    /// <summary>The rows of a query in the same form.</summary>
    public static List<string> RowsFor(this ResultsDatabase database, string sql)
    {
        using QueryResult result = database.Query(sql);
        List<string> rows = [];
        while (result.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, result.Columns.Length).Select(column => Text(result[column]))));
        return rows;
    }

    // In JavaScript's form of a number.
    private static string Text(object? value) => value switch
    {
        null => "",
        double number => JsonValue.Create(number).ToJsonString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
