# dotnet build of a new console program, with the SDK that ForkTrace itself needs.
setup() {
    command -v dotnet > /dev/null || { echo "dotnet-build: install the .NET SDK that README.md names" >&2; return 1; }
    rm -rf app && dotnet new console -o app > /dev/null
}

run() { dotnet build app --no-incremental -v q -p:UseSharedCompilation=false --disable-build-servers; }
