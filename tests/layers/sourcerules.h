// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

// The house rules that a compiler cannot see, because all folders share one include root. Pure functions of a path
// (relative to the project) and a file's content; each answers with "path:line: rule" texts.

namespace Tidegate::SourceRules {

//! #include lines against the table of who may use whom.
QStringList layerViolations(const QString &path, const QByteArray &content);
//! Whether the licence is named in the first lines.
QStringList licenceViolations(const QString &path, const QByteArray &content);
//! Writing to the terminal instead of to the log; only the command line (gateway/app/cli*) talks to a person.
QStringList outputViolations(const QString &path, const QByteArray &content);

//! The folder a source file belongs to ("channel", "ssma", ...); empty outside the layered folders.
QString folderOf(const QString &path);
bool isKnownFolder(const QString &folder);

} // namespace Tidegate::SourceRules
