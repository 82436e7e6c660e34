namespace Logist.Cli.Output;

/// <summary>Columns of text, aligned with two spaces between; the last column is not padded.</summary>
internal sealed class Table(params string[] header)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The lines; what does not fit the width is cut with an ellipsis. <paramref name="paint"/> colours a padded cell (row,
    /// column).</summary>
    public IEnumerable<string> Lines(int width, Func<int, int, string, string>? paint = null)
    {
        var widths = new int[header.Length];
        for (var column = 0; column < header.Length; column++)
        {
            widths[column] = header[column].Length;
            foreach (var row in _rows)
            {
                widths[column] = Math.Max(widths[column], row[column].Length);
            }
        }

        yield return Line(header, -1, widths, width, null);
        for (var i = 0; i < _rows.Count; i++)
        {
            yield return Line(_rows[i], i, widths, width, paint);
        }
    }

    private static string Line(string[] cells, int row, int[] widths, int width, Func<int, int, string, string>? paint)
    {
        var line = new System.Text.StringBuilder();
        var left = width;
        for (var column = 0; column < cells.Length && left > 0; column++)
        {
            var last = column == cells.Length - 1;
            var cell = last ? cells[column] : cells[column].PadRight(widths[column] + 2);
            if (cell.Length > left)
            {
                cell = left > 1 ? cell[..(left - 1)] + "…" : "…";
            }

            left -= cell.Length;
            _ = line.Append(paint is null ? cell : paint(row, column, cell));
        }

        return line.ToString().TrimEnd();
    }
}
