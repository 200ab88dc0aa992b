// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/bridge/commandregistry.h"

#include <QJsonArray>
#include <QObject>

//! Notes in a JSON file, and the commands a page works on them with. GUI thread. Bound: MaxNotes, then adding is
//! refused.
class Notebook final : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype MaxNotes = 1000;
    static constexpr qsizetype MaxNoteChars = 10'000;

    explicit Notebook(const QString &path);

    void addCommands(Tidegate::Desktop::CommandRegistry &commands);
    int count() const { return int(m_notes.size()); }

Q_SIGNALS:
    void changed();

private:
    Tidegate::Result<QJsonValue> add(const QJsonValue &text);
    Tidegate::Result<void> save();

    const QString m_path;
    QJsonArray m_notes;
};
