using System.Globalization;
using System.Text;
using Logist.Core;
using Logist.Files;

namespace Logist.Git;

/// <summary>
/// What a working tree was last known to hold, kept durably beside its index. The index file carries a generation number that
/// is named here: replacing this one small file switches commit and index together.
/// </summary>
/// <param name="Commit">Empty: nothing yet.</param>
/// <param name="MovingTo">Set while files are being replaced: the tree is then a mixture and never a person's work.</param>
internal sealed record TreeState(string Commit, string Tree, int Generation, string? MovingTo)
{
    private const string None = "-";
    private const int BytesMax = 4096;

    public static TreeState? Read(string path, ObjectFormat format)
    {
        var words = OwnFiles.TryReadText(path, BytesMax)?.TrimEnd('\n').Split(' ') ?? [];
        if (words.Length == 0)
        {
            return null;
        }

        var ok = words.Length == 4 && int.TryParse(words[2], CultureInfo.InvariantCulture, out _);
        foreach (var i in ok ? (int[])[0, 1, 3] : [])
        {
            ok &= words[i] == None || format.IsId(words[i]);
        }

        return ok
            ? new TreeState(Blank(words[0]) ?? "", Blank(words[1]) ?? "", int.Parse(words[2], CultureInfo.InvariantCulture),
                Blank(words[3]))
            : throw new LogistException(ErrorKind.Corrupt, $"{path} cannot be read", "it is not as Logist wrote it", "logist job recover");
    }

    public void Write(string path)
    {
        OwnFiles.MakeDirectory(Path.GetDirectoryName(path)!);
        var text = string.Create(CultureInfo.InvariantCulture, $"{Shown(Commit)} {Shown(Tree)} {Generation} {Shown(MovingTo)}\n");
        Durable.Replace(path, Encoding.ASCII.GetBytes(text));
    }

    private static string Shown(string? id) => string.IsNullOrEmpty(id) ? None : id;

    private static string? Blank(string word) => word == None ? null : word;
}
