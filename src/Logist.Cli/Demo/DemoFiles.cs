namespace Logist.Cli.Demo;

/// <summary>The demo's repository: a test, and a workflow with agents that play a script.</summary>
internal static class DemoFiles
{
    public const string Readme = "# Greeter\n\nA script that greets people.\n";

    public const string Test = """
        #!/bin/sh
        # What greet.sh has to print.
        check() {
            if [ "$1" = "$2" ]; then echo "ok    $2"; else echo "FAIL  expected \"$2\", got \"$1\""; exit 1; fi
        }
        check "$(sh greet.sh Ann)" "Hello, Ann!"
        check "$(sh greet.sh)" "Hello, world!"

        """;

    public const string Coder = """
        when step=plan:
          write PLAN.md greet.sh greets whom its argument names.
          spend in=700 out=60 cost=0.01
          answer COMPLETED A script with one argument.
        when step=implement round=1:
          print Writing greet.sh
          write greet.sh <<END
            #!/bin/sh
            echo "Hello, $1!"
          END
          write CHANGES.md - Greets by name.
          spend in=2400 out=180 cost=0.015
          answer COMPLETED greet.sh greets by name.
        when step=implement:
          print Greeting the world when no name is given
          write greet.sh <<END
            #!/bin/sh
            echo "Hello, ${1:-world}!"
          END
          spend in=2600 out=90 cost=0.012
          answer COMPLETED Without a name it greets the world.
        """;

    /// <summary>Another agent for the step that writes the script.</summary>
    private const string Brief = """
        when step=implement:
          write greet.sh <<END
            #!/bin/sh
            echo "Hi, ${1:-world}!"
          END
          write CHANGES.md - Greets by name, briefly.
          spend in=1100 out=70 cost=0.004
          answer COMPLETED Greets briefly.
        """;

    private const string Reviewer = """
        when round=1:
          spend in=900 out=40 cost=0.006
          feedback Without a name it greets nobody. Greet the world then.
          answer RETRY One case is missing.
        otherwise:
          spend in=900 out=20 cost=0.005
          answer COMPLETED Both cases work.
        """;

    /// <param name="careless">The script of the agent that makes a mistake.</param>
    public static string Workflow(string careless) => $$"""
        version: 1
        name: greeting
        agents:
          coder:
            provider: scripted
            script: |
        {{Indented(Coder)}}
          careless:
            provider: scripted
            script: |
        {{Indented(careless)}}
          brief:
            provider: scripted
            script: |
        {{Indented(Brief)}}
          reviewer:
            provider: scripted
            script: |
        {{Indented(Reviewer)}}
        defaults: { agent: coder, timeout: 1m }
        steps:
          plan:      { prompt: "Plan a script that greets people by name, in PLAN.md." }
          implement: { needs: [plan], prompt: "Do what PLAN.md says.", review: { agent: reviewer, rounds: 3 } }
          lint:      { needs: [implement], run: "sh -n greet.sh && ! grep -n ' $' greet.sh" }
          test:      { needs: [implement], run: sh test.sh }
          release:   { needs: [lint, test], run: "{ echo '# 1.0'; cat CHANGES.md; } > RELEASE.md" }

        """;

    private static string Indented(string script) => string.Join('\n', script.Split('\n').Select(line => $"        {line}"));
}
