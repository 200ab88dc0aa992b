// SPDX-License-Identifier: MIT
#pragma once

#include <QWebEngineUrlSchemeHandler>

namespace Tidegate::Desktop {

//! tidegate://app/: a folder's files as a page of an origin of its own, without a port. Files only, nothing outside the
//! folder (links that lead out included), at most MaxFileBytes each. GUI thread.
class AppScheme final : public QWebEngineUrlSchemeHandler
{
    Q_OBJECT
public:
    static constexpr qint64 MaxFileBytes = 64 * 1024 * 1024;

    //! Once, before the application object is made.
    static void registerScheme();

    //! \p folder: index.html is its front page. Empty = serves nothing.
    explicit AppScheme(const QString &folder);

    void requestStarted(QWebEngineUrlRequestJob *job) override;

private:
    //! Absolute path below the folder; empty if there is no such file in it.
    QString fileFor(const QString &urlPath) const;

    const QString m_root; //!< canonical
};

} // namespace Tidegate::Desktop
