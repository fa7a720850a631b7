namespace ForkTrace.Analytics.Storage;

/// <summary>
/// Splits a SQL text into its statements at semicolons that stand outside quotes and comments. The pieces are text of the
/// original: if a split is wrong, the engine's parser rejects the piece.
/// </summary>
internal static class SqlStatements
{
    /// <summary>The statements in order, without semicolons; pieces of nothing but space and comments are left out.</summary>
    public static List<string> Split(string sql) => Split(sql, out _);

    /// <summary>Whether only space and comments follow the last statement's semicolon.</summary>
    public static bool EndsComplete(string sql)
    {
        Split(sql, out bool isComplete);
        return isComplete;
    }

    private static List<string> Split(string sql, out bool isComplete)
    {
        List<string> statements = [];
        int start = 0;
        bool hasWords = false;
        int position = 0;
        while (position < sql.Length)
        {
            if (sql[position] == ';')
            {
                AddPiece(statements, sql[start..position], hasWords);
                start = ++position;
                hasWords = false;
                continue;
            }

            int next = SkipComment(sql, position);
            if (next == position)
            {
                hasWords |= !char.IsWhiteSpace(sql[position]);
                next = SkipToken(sql, position);
            }

            position = next;
        }

        AddPiece(statements, sql[start..], hasWords);
        isComplete = !hasWords;
        return statements;
    }

    private static void AddPiece(List<string> statements, string piece, bool hasWords)
    {
        if (hasWords)
            statements.Add(piece);
    }

    // Comments of the second form nest. The position itself where no comment begins.
    private static int SkipComment(string sql, int position)
    {
        if (sql.AsSpan(position).StartsWith("--"))
        {
            int end = sql.IndexOf('\n', position);
            return end < 0 ? sql.Length : end + 1;
        }

        if (!sql.AsSpan(position).StartsWith("/*"))
            return position;
        int depth = 0;
        while (position < sql.Length)
        {
            if (sql.AsSpan(position).StartsWith("/*"))
            {
                depth++;
                position += 2;
            }
            else if (sql.AsSpan(position).StartsWith("*/"))
            {
                depth--;
                position += 2;
                if (depth == 0)
                    return position;
            }
            else
            {
                position++;
            }
        }

        return sql.Length;
    }

    private static int SkipToken(string sql, int position)
    {
        char first = sql[position];
        if (first is '\'' or '"')
            return SkipQuoted(sql, position, escapes: false);
        if (first == '$')
            return SkipDollarQuoted(sql, position);
        bool isEscapeText = first is 'e' or 'E' && position + 1 < sql.Length && sql[position + 1] == '\'';
        if (isEscapeText)
            return SkipQuoted(sql, position + 1, escapes: true);
        if (!IsNameCharacter(first))
            return position + 1;
        while (position < sql.Length && (IsNameCharacter(sql[position]) || sql[position] == '$'))
            position++;
        return position;
    }

    // A doubled quote ends one text and begins the next, so it needs no special case.
    private static int SkipQuoted(string sql, int position, bool escapes)
    {
        char quote = sql[position++];
        while (position < sql.Length)
        {
            char character = sql[position++];
            if (character == quote)
                return position;
            if (escapes && character == '\\')
                position = Math.Min(position + 1, sql.Length);
        }

        return sql.Length;
    }

    // $$text$$ or $tag$text$tag$; $1 and $name are parameters.
    private static int SkipDollarQuoted(string sql, int position)
    {
        int end = position + 1;
        while (end < sql.Length && IsNameCharacter(sql[end]))
            end++;
        if (end >= sql.Length || sql[end] != '$' || (end > position + 1 && char.IsAsciiDigit(sql[position + 1])))
            return end;
        string tag = sql[position..(end + 1)];
        int close = sql.IndexOf(tag, end + 1, StringComparison.Ordinal);
        return close < 0 ? sql.Length : close + tag.Length;
    }

    private static bool IsNameCharacter(char character) => char.IsLetterOrDigit(character) || character == '_';
}
