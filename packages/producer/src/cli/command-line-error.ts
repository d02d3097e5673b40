import { ProvisioningError } from '@provisioner/shared/errors.ts'

/**
 * The base of what is wrong with the command line itself: it ends with exit code 2, as a configuration that can't work
 * does.
 */
export abstract class CommandLineError extends ProvisioningError {}
