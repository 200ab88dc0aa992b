// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/shell/shell.h"
#include "support/virtualdisplay.h"

#include <QApplication>
#include <QTest>

//! main() of a test with windows: an X server of its own, the shell prepared, then the application.
#define TIDEGATE_WINDOW_TEST_MAIN(TestClass)                                                                           \
    int main(int argc, char **argv)                                                                                    \
    {                                                                                                                  \
        Tidegate::VirtualDisplay display;                                                                              \
        if (!display.start()) {                                                                                        \
            qCritical("Xvfb did not start: install the package xvfb");                                                 \
            return 1;                                                                                                  \
        }                                                                                                              \
        Tidegate::Desktop::Shell::prepare();                                                                           \
        QApplication app(argc, argv);                                                                                  \
        QApplication::setApplicationName(QStringLiteral(#TestClass));                                                  \
        TestClass test;                                                                                                \
        return QTest::qExec(&test, argc, argv);                                                                        \
    }
