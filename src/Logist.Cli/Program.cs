using Logist.Cli;
using Logist.Cli.Output;

using var streams = StandardStreams.OfProcess();
var surroundings = Surroundings.OfProcess();
Failures.CatchUnhandled(streams, surroundings);

// Hidden verbs are protocols between our own programs: they are answered before any command line is built.
return args is [['_', '_', ..] verb, .. var rest]
    ? await HiddenVerbs.RunAsync(verb, rest, streams, surroundings)
    : await CommandLine.RunAsync(args, streams, surroundings);
