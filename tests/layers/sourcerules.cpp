// SPDX-License-Identifier: MIT
#include "layers/sourcerules.h"

#include <QMap>
#include <QRegularExpression>
#include <QSet>

namespace Tidegate::SourceRules {

namespace {

using Edges = QMap<QString, QStringList>;

QStringList names(const char *blankSeparated)
{
    return QString::fromLatin1(blankSeparated).split(u' ', Qt::SkipEmptyParts);
}

//! Who may include whom directly; what a folder may use, its users may use as well.
const Edges &edges()
{
    static const Edges Table{
        {QStringLiteral("wire"), {}},
        {QStringLiteral("contracts"), {}},
        {QStringLiteral("sharedata"), names("wire")},
        {QStringLiteral("ssma"), names("wire contracts")},
        {QStringLiteral("mesh"), names("wire")},
        {QStringLiteral("base"), names("wire")},
        {QStringLiteral("sql"), names("base")},
        {QStringLiteral("transport"), names("base")},
        {QStringLiteral("auth"), names("base")},
        {QStringLiteral("replay"), names("base auth")},
        {QStringLiteral("cluster"), names("base")},
        {QStringLiteral("backend"), names("base")},
        {QStringLiteral("channel"), names("replay auth transport cluster")},
        {QStringLiteral("intent"), names("channel backend sql")},
        {QStringLiteral("document"), names("channel backend sql")},
        {QStringLiteral("room"), names("channel")},
        {QStringLiteral("session"), names("intent document room cluster ssma mesh sharedata")},
        {QStringLiteral("admin"), names("session")},
        {QStringLiteral("http"), names("admin")},
        {QStringLiteral("bench"), names("wire mesh")},
        {QStringLiteral("app"), names("http bench")},
        {QStringLiteral("qml"), names("admin")},
        {QStringLiteral("desktop"), names("app qml")},
    };
    return Table;
}

void addReachable(const QString &folder, QSet<QString> &reached)
{
    for (const QString &next : edges().value(folder)) {
        if (!reached.contains(next)) {
            reached.insert(next);
            addReachable(next, reached);
        }
    }
}

bool mayUse(const QString &user, const QString &used)
{
    // The console never knows whether the gateway runs in its own process, so it sees the admin port and no further.
    if (user == QLatin1StringView("qml"))
        return used == user || used == QLatin1StringView("admin");
    QSet<QString> reached{user};
    addReachable(user, reached);
    return reached.contains(used);
}

//! "backend/http/httpbackend.h" from outside backend/: an implementation behind a port. Sessions are no port's
//! implementation but one folder per dialect.
bool isForeignImplementation(const QString &user, const QStringList &parts)
{
    static const QStringList PortFolders = names("transport replay backend intent document cluster room");
    return parts.size() > 2 && parts.front() != user && PortFolders.contains(parts.front()) &&
           user != QLatin1StringView("app");
}

QString at(const QString &path, qsizetype line, const QString &rule)
{
    return path + u':' + QString::number(line) + QStringLiteral(": ") + rule;
}

} // namespace

QString folderOf(const QString &path)
{
    const QStringList parts = path.split(u'/');
    if (parts.size() < 2)
        return {};
    if (parts.front() == QLatin1StringView("qml") || parts.front() == QLatin1StringView("desktop"))
        return parts.front();
    const bool isLayered =
        parts.front() == QLatin1StringView("gateway") || parts.front() == QLatin1StringView("protocol");
    return isLayered && parts.size() > 2 ? parts.at(1) : QString();
}

bool isKnownFolder(const QString &folder)
{
    return edges().contains(folder);
}

QStringList layerViolations(const QString &path, const QByteArray &content)
{
    static const QRegularExpression Include(QStringLiteral("^\\s*#\\s*include\\s*\"([^\"]+)\""));
    static const QRegularExpression GplModule(QStringLiteral("^\\s*#\\s*include\\s*<.*HttpServer"));
    const QString user = folderOf(path);
    QStringList found;
    if (user.isEmpty())
        return found;
    qsizetype lineNumber = 0;
    for (const QByteArray &line : content.split('\n')) {
        ++lineNumber;
        if (GplModule.match(QString::fromUtf8(line)).hasMatch() && user != QLatin1StringView("http"))
            found += at(path, lineNumber, QStringLiteral("only http may use QtHttpServer, so that it can be left out"));
        const auto match = Include.match(QString::fromUtf8(line));
        if (!match.hasMatch())
            continue;
        const QString included = match.captured(1);
        const QStringList parts = included.split(u'/');
        if (included.endsWith(QLatin1StringView(".moc")))
            continue;
        if (!isKnownFolder(parts.front()))
            found += at(path, lineNumber, QStringLiteral("\"%1\" is not written from the include root").arg(included));
        else if (!mayUse(user, parts.front()))
            found += at(path, lineNumber, QStringLiteral("%1 may not use %2").arg(user, parts.front()));
        else if (isForeignImplementation(user, parts))
            found += at(path, lineNumber,
                        QStringLiteral("only app may include the implementation header \"%1\"").arg(included));
    }
    return found;
}

QStringList licenceViolations(const QString &path, const QByteArray &content)
{
    const QList<QByteArray> lines = content.split('\n');
    for (const QByteArray &line : lines.first(std::min<qsizetype>(3, lines.size()))) {
        if (line.contains("SPDX-License-Identifier: MIT"))
            return {};
    }
    return {at(path, 1, QStringLiteral("no SPDX-License-Identifier: MIT in the first three lines"))};
}

QStringList outputViolations(const QString &path, const QByteArray &content)
{
    static const QRegularExpression Output(QStringLiteral(
        "\\b(qDebug|qInfo|qWarning|qCritical|v?f?printf|puts|fputs|putchar)\\s*\\(|std::(cout|cerr|clog)"));
    QStringList found;
    if (folderOf(path).isEmpty() || path.startsWith(QLatin1StringView("gateway/app/cli")))
        return found;
    qsizetype lineNumber = 0;
    for (const QByteArray &line : content.split('\n')) {
        ++lineNumber;
        const QString code = QString::fromUtf8(line).section(QStringLiteral("//"), 0, 0);
        if (const auto match = Output.match(code); match.hasMatch())
            found += at(path, lineNumber,
                        QStringLiteral("%1 instead of a logging category").arg(match.captured().trimmed()));
    }
    return found;
}

} // namespace Tidegate::SourceRules
