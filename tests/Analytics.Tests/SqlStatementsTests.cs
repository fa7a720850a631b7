using ForkTrace.Analytics.Storage;

namespace ForkTrace.Analytics.Tests;

/// <summary>Splits a text into SQL statements.</summary>
public sealed class SqlStatementsTests
{
    [Theory]
    [InlineData("SELECT 1", "SELECT 1")]
    [InlineData("SELECT 1;", "SELECT 1")]
    [InlineData("SELECT 1; -- the end", "SELECT 1")]
    [InlineData(";;SELECT 1;; /* ; */ ;", "SELECT 1")]
    [InlineData("a;b ; c", "a|b | c")]
    [InlineData("SELECT ';', 'it''s; so', \"a;\"\"b;\"; b", "SELECT ';', 'it''s; so', \"a;\"\"b;\"| b")]
    [InlineData("SELECT E'\\';', e'\\\\'; b", "SELECT E'\\';', e'\\\\'| b")]
    [InlineData("SELECT '\\'; b", "SELECT '\\'| b")]
    [InlineData("SELECT $$;'$$, $t$;$$;$t$; b", "SELECT $$;'$$, $t$;$$;$t$| b")]
    [InlineData("SELECT $1; SELECT $a;b", "SELECT $1| SELECT $a|b")]
    [InlineData("a -- ; '\n; b", "a -- ; '\n| b")]
    [InlineData("a /* ; /* ' */ ; */ ; b", "a /* ; /* ' */ ; */ | b")]
    [InlineData("make_e';'; b", "make_e';'| b")]
    [InlineData("a$b$;c$b$", "a$b$|c$b$")]
    [InlineData("SELECT 'open; b", "SELECT 'open; b")]
    [InlineData("SELECT $$open; b", "SELECT $$open; b")]
    [InlineData("a /* open; b", "a /* open; b")]
    [InlineData("SELECT E'open\\", "SELECT E'open\\")]
    public void Statements_end_at_semicolons_outside_quotes_and_comments(string sql, string expected) =>
        Assert.Equal(expected.Split('|'), SqlStatements.Split(sql));

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t;")]
    [InlineData("-- nothing")]
    [InlineData("/* nothing */;--")]
    public void Space_and_comments_are_not_a_statement(string sql) => Assert.Empty(SqlStatements.Split(sql));

    [Fact]
    public void Any_text_is_split_without_loss()
    {
        const string Alphabet = "ae'\"$;-/* \n\\E1";
        Random random = new(7);
        for (int round = 0; round < 5000; round++)
        {
            string sql = new([.. Enumerable.Range(0, random.Next(24)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            int from = 0;
            foreach (string piece in SqlStatements.Split(sql))
            {
                int at = sql.IndexOf(piece, from, StringComparison.Ordinal);
                Assert.True(at >= from, sql);
                from = at + piece.Length;
            }
        }
    }
}
