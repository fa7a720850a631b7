#!/bin/sh
# Writes native/DuckDB.NET.Bindings/Generated anew from the provider that Directory.Packages.props names.
set -eu
cd "$(dirname "$0")"
version=$(sed -n 's:.*<DuckDBProviderVersion>\(.*\)</DuckDBProviderVersion>.*:\1:p' ../Directory.Packages.props)
provider="${NUGET_PACKAGES:-$HOME/.nuget/packages}/duckdb.net.data.full/$version/lib/net10.0/DuckDB.NET.Data.dll"
dotnet restore DuckDB.NET.Bindings
dotnet run --project BindingsGenerator -c Release -- "$provider" DuckDB.NET.Bindings/Generated
