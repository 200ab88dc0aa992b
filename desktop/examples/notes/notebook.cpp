// SPDX-License-Identifier: MIT
#include "desktop/examples/notes/notebook.h"

#include <QFile>
#include <QJsonDocument>
#include <QSaveFile>

using namespace Tidegate;
using namespace Qt::StringLiterals;

Notebook::Notebook(const QString &path)
    : m_path(path)
{
    QFile file(m_path);
    if (file.open(QIODevice::ReadOnly))
        m_notes = QJsonDocument::fromJson(file.readAll()).array();
}

void Notebook::addCommands(Desktop::CommandRegistry &commands)
{
    commands.add(u"notes.list"_s,
                 [this](const Desktop::CommandCall &) -> Result<QJsonValue> { return QJsonValue(m_notes); });
    commands.add(u"notes.add"_s, [this](const Desktop::CommandCall &call) { return add(call.args); });
    commands.add(u"notes.wipe"_s, [this](const Desktop::CommandCall &) -> Result<QJsonValue> {
        m_notes = {};
        if (const auto saved = save(); !saved)
            return saved.error();
        return QJsonValue(true);
    });
}

Result<QJsonValue> Notebook::add(const QJsonValue &text)
{
    const QString note = text.toString().trimmed();
    if (note.isEmpty() || note.size() > MaxNoteChars)
        return Error{ErrorCode::InvalidContract, u"a note is a text of 1 to %1 characters"_s.arg(MaxNoteChars)};
    if (m_notes.size() >= MaxNotes)
        return Error{ErrorCode::TooLarge, u"the notebook is full"_s};
    m_notes.append(note);
    if (const auto saved = save(); !saved) {
        m_notes.removeLast();
        return saved.error();
    }
    return QJsonValue(m_notes.size());
}

Result<void> Notebook::save()
{
    QSaveFile file(m_path);
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(m_notes).toJson()) < 0 || !file.commit())
        return Error{ErrorCode::Storage, file.errorString()};
    Q_EMIT changed();
    return {};
}
