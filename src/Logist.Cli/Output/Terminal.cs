using System.Text.Encodings.Web;
using System.Text.Json;
using Logist.Core;
using Logist.Views;

namespace Logist.Cli.Output;

/// <summary>How commands talk: data on stdout, everything else on stderr; text or one JSON document.</summary>
internal sealed class Terminal
{
    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly StandardStreams _streams;
    private readonly bool _json;

    public Terminal(StandardStreams streams, Globals globals, Surroundings surroundings)
    {
        _streams = streams;
        _json = globals.Json;
        Quiet = globals.Quiet;
        OutStyle = new Style(Colored(streams.OutputIsTty, globals.Color, surroundings));
        ErrStyle = new Style(Colored(streams.ErrorIsTty, globals.Color, surroundings));
    }

    public bool Quiet { get; }

    public Style OutStyle { get; }

    public Style ErrStyle { get; }

    public bool OutputIsTty => _streams.OutputIsTty;

    public bool ErrorIsTty => _streams.ErrorIsTty;

    public bool InputIsTty => _streams.InputIsTty;

    /// <summary>Columns for text on stdout; no limit when it is not a terminal.</summary>
    public int OutWidth => _streams.OutputIsTty ? _streams.Size?.Width ?? 80 : int.MaxValue;

    public (int Width, int Height) ScreenSize => _streams.Size ?? (80, 24);

    public TextWriter Out => _streams.Out;

    public TextWriter Err => _streams.Err;

    public TextReader In => _streams.In;

    public bool ReaderIsGone => _streams.ReaderIsGone;

    /// <summary>Before any option is known.</summary>
    public static Terminal Plain(StandardStreams streams) => new(
        streams, new Globals(null, null, false, false, false, false, false, ColorMode.Never, ProgressMode.None),
            new Surroundings(_ => null, () => null, TimeProvider.System));

    public void WriteLines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Out.WriteLine(line);
        }
    }

    /// <summary>Bytes as they are, between the lines written before and after.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Out.Flush();
        if (Out is StreamWriter writer)
        {
            writer.BaseStream.Write(bytes);
        }
        else
        {
            Out.Write(System.Text.Encoding.Latin1.GetString(bytes));
        }
    }

    /// <summary>The one document of <c>--json</c> on stdout.</summary>
    public void WriteJson(Action<Utf8JsonWriter> write) => Out.WriteLine(Document(write));

    /// <summary>For people, on stderr; not with <c>--quiet</c> and not with <c>--json</c>.</summary>
    public void WriteHint(string text)
    {
        if (!Quiet && !_json)
        {
            // What the command has said so far comes before what it advises, also when both go to one terminal.
            Out.Flush();
            Err.WriteLine(SafeText.Escape(text));
        }
    }

    /// <summary>The same for lines that are safe and coloured already.</summary>
    public void WriteHints(IEnumerable<string> lines)
    {
        if (!Quiet && !_json)
        {
            Out.Flush();
            foreach (var line in lines)
            {
                Err.WriteLine(line);
            }
        }
    }

    public void WriteWarning(string text)
    {
        if (!_json)
        {
            Out.Flush();
            Err.WriteLine($"{ErrStyle.Yellow("warning")}: {SafeText.Escape(text)}");
        }
    }

    public void WriteError(Problem problem)
    {
        // What the command has said so far comes before its error, also when both go to one file.
        Out.Flush();
        if (_json)
        {
            Err.WriteLine(Document(writer => ErrorReport.WriteJson(writer, problem)));
            return;
        }

        foreach (var line in ErrorReport.Lines(problem, ErrStyle))
        {
            Err.WriteLine(line);
        }
    }

    private static string Document(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Json))
        {
            write(writer);
        }

        // The relaxed encoder lets direction overrides through; as \uXXXX they are still JSON.
        return SafeText.Escape(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static bool Colored(bool isTty, ColorMode mode, Surroundings surroundings) => mode switch
    {
        ColorMode.Always => true,
        ColorMode.Never => false,
        _ => isTty && surroundings.Get("NO_COLOR") is null && surroundings.Get("TERM") is not (null or "dumb"),
    };
}

/// <summary>Colours, or nothing.</summary>
internal readonly record struct Style(bool Colored)
{
    public static readonly Style None;

    public string Red(string text) => Paint(text, "31");

    public string Green(string text) => Paint(text, "32");

    public string Yellow(string text) => Paint(text, "33");

    public string Cyan(string text) => Paint(text, "36");

    public string Bold(string text) => Paint(text, "1");

    public string Dim(string text) => Paint(text, "2");

    private string Paint(string text, string code) => Colored && text.Length > 0 ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
