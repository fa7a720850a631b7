using ForkTrace.Analytics.Html;
using ForkTrace.Analytics.Tests.Fixtures;

namespace ForkTrace.Analytics.Tests.Html;

/// <summary>The map of <c>learn cluster</c> in a browser.</summary>
public sealed class MapPageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Hostile = "</script><img src=x onerror=\"window.broken=1\">";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_map_draws_clusters_and_rings_and_lists_the_recordings()
    {
        // Two recordings have the same place.
        MapPoint[] points = [new("a", 1, 2, 1, true, 0.25), new("b", 1, 2, 1, false, 0.5), new(Hostile, -3, 4, 2, true, 1)];
        string path = _folder.File("map.html");
        using (FileStream file = File.Create(path))
            MapPage.Write(file, [.. points]);
        BrowserPage page = await browser.Open(path);
        Assert.Equal("3 recordings, 2 to keep", await page.Text("document.querySelector('h2').textContent"));
        Assert.Equal("to keep,cluster 1,cluster 2", await page.Text("[...document.querySelectorAll('.legend button')].map((button) => button.textContent).join()"));
        Assert.Equal(3, (int?)await page.Ask("document.querySelectorAll('section:last-of-type tbody tr').length"));
        Assert.Equal(3, (int?)await page.Ask("charts[0].figure.plot.data[0].length"));
        Assert.True((int?)await page.Ask("document.querySelector('canvas').width") > 100);
        Assert.Contains(Hostile, await page.Text("document.querySelector('section:last-of-type').textContent"), StringComparison.Ordinal);
        Assert.Null(await page.Ask("window.broken ?? null"));
        Assert.Empty(page.Problems);
    }
}
