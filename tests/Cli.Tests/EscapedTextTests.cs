using System.Text;
using System.Text.Json;
using ForkTrace.Cli.Streams;
using ForkTrace.Events;

namespace ForkTrace.Cli.Tests;

public sealed class EscapedTextTests
{
    [Theory]
    [InlineData("plain [red]text[/] ünï 漢字 🐧", "plain [red]text[/] ünï 漢字 🐧")]
    [InlineData("a\tb\nc\r\e\0\u007f", "a\\x09b\\x0ac\\x0d\\x1b\\x00\\x7f")]
    [InlineData("\u0085\u009b\u200b\u202e\u2028\ufeff", "\\x85\\x9b\\u200b\\u202e\\u2028\\ufeff")]
    [InlineData("tag \U000E0041", "tag \\udb40\\udc41")]
    public void Only_control_and_hiding_characters_are_escaped(string text, string shown) => Assert.Equal(shown, EscapedText.Of(text));

    [Fact]
    public void Half_a_character_is_spelt_out()
    {
        Assert.Equal("\\ud83d alone", EscapedText.Of("\ud83d alone"));
        Assert.Equal("\\udc27", EscapedText.Of("\udc27"));
        Assert.Equal("\\udc27\\ud83d", EscapedText.Of("\udc27\ud83d"));
    }

    [Fact]
    public void Text_without_danger_is_the_same_object()
    {
        string text = new("harmless");
        Assert.Same(text, EscapedText.Of(text));
    }

    [Fact]
    public void Json_is_exact_for_every_character_and_shows_none_that_steers()
    {
        PlainJsonEncoder encoder = PlainJsonEncoder.Instance;
        JsonWriterOptions options = new() { Encoder = encoder };
        for (int scalar = 0; scalar <= 0x10FFFF; scalar += scalar < 0x3000 ? 1 : 251)
        {
            if (!Rune.IsValid(scalar))
                continue;
            string text = $"a{new Rune(scalar)}b";
            using MemoryStream json = new();
            using (Utf8JsonWriter writer = new(json, options))
                writer.WriteStringValue(text);
            string written = Encoding.UTF8.GetString(json.ToArray());
            Assert.Equal(text, JsonSerializer.Deserialize<string>(written));
            Assert.DoesNotContain(written, letter => char.IsControl(letter) || letter is '\u202e' or '\u200b' or '\u2028');
        }
    }
}
