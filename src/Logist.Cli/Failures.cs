using Logist.Cli.Output;
using Logist.Core;
using Logist.Engine;

namespace Logist.Cli;

/// <summary>Turns whatever went wrong into one report and one exit code; details of the unexpected go to a file, never to the
/// terminal.</summary>
internal static class Failures
{
    /// <summary>Prints the failure.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception, Terminal terminal, Surroundings surroundings, int? interrupted)
    {
        var code = ExitCode.Of(exception, interrupted);
        switch (exception)
        {
            case LogistException known:
                terminal.WriteError(known.Problem);
                break;
            case OperationCanceledException:
                break;
            case IOException or UnauthorizedAccessException:
                terminal.WriteError(new Problem(ErrorKind.Storage, exception.Message));
                break;
            default:
                terminal.WriteError(Unexpected(exception, surroundings));
                break;
        }

        return code;
    }

    /// <summary>For threads that nobody awaits: the same report, and an end without the runtime's own dump.</summary>
    public static void CatchUnhandled(StandardStreams streams, Surroundings surroundings) =>
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            if (e.ExceptionObject is Exception exception)
            {
                Environment.Exit(Report(exception, Terminal.Plain(streams), surroundings, interrupted: null));
            }
        };

    private static Problem Unexpected(Exception exception, Surroundings surroundings)
    {
        var what = $"internal error: {exception.GetType().Name}";
        try
        {
            var directory = Path.Combine(surroundings.LogistHome(), "logs");
            var (file, why) = ErrorLog.Write(directory, surroundings.Time, exception);
            return new Problem(ErrorKind.Internal, $"{what} ({(file is null ? $"no details: {why}" : $"details: {file}")})");
        }
        catch (LogistException e)
        {
            return new Problem(ErrorKind.Internal, $"{what} (no details: {e.Message})");
        }
    }
}
